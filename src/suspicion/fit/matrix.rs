//! Symmetric matrices that are positive definite, and equations with them, by Cholesky's decomposition.

/// A square matrix.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    pub(crate) fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    pub(crate) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] += value;
    }

    /// Adds a whole row, so many times.
    pub(super) fn add_row(&mut self, row: usize, values: &[f64], times: f64) {
        let cells = &mut self.cells[row * self.size..(row + 1) * self.size];
        cells.iter_mut().zip(values).for_each(|(cell, value)| *cell += times * value);
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    /// The lower triangle that times itself turned over is this; none if there is none.
    fn root(&self) -> Option<Self> {
        let mut root = Self::zero(self.size);
        for row in 0..self.size {
            for column in 0..=row {
                let before: f64 = (0..column).map(|at| root.at(row, at) * root.at(column, at)).sum();
                let rest = self.at(row, column) - before;
                let value = if row == column { rest.sqrt() } else { rest / root.at(column, column) };
                if !value.is_finite() || row == column && value <= 0.0 {
                    return None;
                }
                root.add(row, column, value);
            }
        }
        Some(root)
    }

    /// What times this is the vector.
    pub(crate) fn solve(&self, vector: &[f64]) -> Option<Vec<f64>> {
        Some(self.root()?.solve_twice(vector))
    }

    /// For a root: what times it and it turned over is the vector.
    fn solve_twice(&self, vector: &[f64]) -> Vec<f64> {
        let mut half = vec![0.0; self.size];
        for row in 0..self.size {
            let before: f64 = (0..row).map(|at| self.at(row, at) * half[at]).sum();
            half[row] = (vector[row] - before) / self.at(row, row);
        }
        let mut whole = vec![0.0; self.size];
        for row in (0..self.size).rev() {
            let after: f64 = (row + 1..self.size).map(|at| self.at(at, row) * whole[at]).sum();
            whole[row] = (half[row] - after) / self.at(row, row);
        }
        whole
    }

    /// The diagonal of the inverse.
    pub(crate) fn inverse_diagonal(&self) -> Option<Vec<f64>> {
        let root = self.root()?;
        let unit = |at: usize| (0..self.size).map(|place| if place == at { 1.0 } else { 0.0 }).collect::<Vec<_>>();
        Some((0..self.size).map(|at| root.solve_twice(&unit(at))[at]).collect())
    }

    /// Where a function with these second derivatives is least if it is least at `best` and some places are held at zero.
    pub(super) fn held_at_zero(&self, best: &[f64], held: &[usize]) -> Option<Vec<f64>> {
        let root = self.root()?;
        let columns: Vec<Vec<f64>> = held
            .iter()
            .map(|held| {
                root.solve_twice(&(0..self.size).map(|at| f64::from(u8::from(at == *held))).collect::<Vec<_>>())
            })
            .collect();
        let mut block = Self::zero(held.len());
        for (row, at) in held.iter().enumerate() {
            for (column, values) in columns.iter().enumerate() {
                block.add(row, column, values[*at]);
            }
        }
        let forces = block.solve(&held.iter().map(|at| best[*at]).collect::<Vec<_>>())?;
        let moved = |at: usize| columns.iter().zip(&forces).map(|(column, force)| column[at] * force).sum::<f64>();
        Some(best.iter().enumerate().map(|(at, best)| best - moved(at)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equation_is_solved_and_a_matrix_that_has_no_root_is_not() {
        let mut matrix = Matrix::zero(2);
        for (row, column, value) in [(0, 0, 4.0), (0, 1, 2.0), (1, 0, 2.0), (1, 1, 3.0)] {
            matrix.add(row, column, value);
        }
        let solved = matrix.solve(&[2.0, 5.0]).unwrap();
        assert!((solved[0] + 0.5).abs() < 1e-12 && (solved[1] - 2.0).abs() < 1e-12, "{solved:?}");
        let inverse = matrix.inverse_diagonal().unwrap();
        assert!((inverse[0] - 3.0 / 8.0).abs() < 1e-12 && (inverse[1] - 0.5).abs() < 1e-12, "{inverse:?}");
        matrix.add(1, 1, -3.0);
        assert!(matrix.solve(&[1.0, 1.0]).is_none());
    }

    #[test]
    fn what_is_held_at_zero_moves_the_others() {
        // (x - 1)² + (y - 2)² + xy has its least value where the other is zero at x = 1.
        let mut matrix = Matrix::zero(2);
        for (row, column, value) in [(0, 0, 2.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 2.0)] {
            matrix.add(row, column, value);
        }
        let best = matrix.solve(&[2.0, 4.0]).unwrap();
        let held = matrix.held_at_zero(&best, &[1]).unwrap();
        assert!((held[0] - 1.0).abs() < 1e-12 && held[1].abs() < 1e-12, "{held:?}");
    }
}
